"""The surveys, as rows."""

from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.mappers import survey_columns, to_survey
from adapters.sql.models import SurveyRow
from adapters.sql.repositories.rows import Rows
from domain.feedback import Survey
from domain.ids import GenerationId


class SqlSurveyRepository:
    """Implements `SurveyRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(SurveyRow, session)

    async def find(self, generation_id: GenerationId) -> Survey | None:
        """Select by generation."""
        row = await self._rows.find(generation_id=generation_id)
        return to_survey(row) if row else None

    async def save(self, survey: Survey) -> None:
        """Select the row, then insert or update it."""
        await self._session.merge(SurveyRow(**survey_columns(survey)))
        await self._session.flush()
