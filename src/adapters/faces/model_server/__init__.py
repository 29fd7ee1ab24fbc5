"""A model of one's own that makes the voice face, behind one HTTP endpoint."""

from adapters.faces.model_server.maker import ModelServer, ModelServerFaces

__all__ = ["ModelServer", "ModelServerFaces"]
