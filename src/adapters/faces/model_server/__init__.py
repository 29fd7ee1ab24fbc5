"""Makes the voice face with the operator's own model, which is behind one HTTP endpoint."""

from adapters.faces.model_server.maker import ModelServer, ModelServerFaces

__all__ = ["ModelServer", "ModelServerFaces"]
