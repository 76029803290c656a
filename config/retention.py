"""How long things are kept. 0: for ever."""

from pydantic import Field
from pydantic_settings import BaseSettings


class RetentionEnv(BaseSettings):
    """Days, by rule; what each rule takes away is in `assessments/services/retention_rules.py`."""

    retention_letters_days: int = Field(default=30, ge=0)
    retention_notifications_days: int = Field(default=180, ge=0)
    retention_visits_days: int = Field(default=365, ge=0)
    retention_devices_days: int = Field(default=365, ge=0)
    retention_workbooks_days: int = Field(default=90, ge=0)
    retention_evidence_days: int = Field(default=0, ge=0)
    retention_log_details_days: int = Field(default=0, ge=0)

    def retention(self) -> dict[str, int]:
        """Key of a rule -> days."""
        return {
            "letters": self.retention_letters_days,
            "notifications": self.retention_notifications_days,
            "visits": self.retention_visits_days,
            "devices": self.retention_devices_days,
            "workbooks": self.retention_workbooks_days,
            "evidence": self.retention_evidence_days,
            "log_details": self.retention_log_details_days,
        }
