"""How incidents, monitoring plans, checks and trainings look in JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api_answers import Moment
from accounts.api_bodies import Choice, Flag, Id
from vendors.api.ip_shapes import day, text
from vendors.intake import IpKind
from vendors.models import Incident, MonitoringCheck, MonitoringItem, TrainingPerson, TrainingTopic
from vendors.services.training_lists import MOST_ROWS

_KINDS = [kind.value for kind in IpKind]


class MeasureOut(serializers.Serializer[Any]):
    """A corrective measure."""

    id = serializers.UUIDField()
    what = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    explanation = serializers.CharField(allow_blank=True)
    verified_on = serializers.DateField(allow_null=True)


class IncidentOut(serializers.Serializer[Any]):
    """An incident. Of one that another unit shares, engagement and decision are left out."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    vendor_id = serializers.UUIDField()
    unit = serializers.CharField(source="unit.code", help_text="The unit that recorded it.")
    engagement_id = serializers.SerializerMethodField()
    shared = serializers.BooleanField(help_text="All units that work with the vendor see it.")
    title = serializers.CharField()
    found_how = serializers.ChoiceField(choices=Incident.Found.values)
    found_on = serializers.DateField()
    happened_from = serializers.DateField(allow_null=True)
    happened_until = serializers.DateField(allow_null=True)
    ip_kinds = serializers.ListField(child=serializers.ChoiceField(choices=_KINDS))
    assets = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField(choices=Incident.Severity.values)
    status = serializers.ChoiceField(choices=Incident.Status.values)
    disputed_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    measures = MeasureOut(many=True, source="in_order")
    created_at = Moment()
    updated_at = Moment()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_engagement_id(self, row: Incident) -> Any:
        """Null: all that the vendor does for the unit, or not for the client to see."""
        return row.engagement_id if row.unit_id in self.context["units"] else None


class IncidentPage(serializers.Serializer[Any]):
    """A page of incidents."""

    items = IncidentOut(many=True)
    next = serializers.CharField(allow_null=True)


class IncidentIn(serializers.Serializer[Any]):
    """An incident to put on record, for an engagement or for all of a unit."""

    engagement_id = Id(required=False, allow_null=True, default=None)
    unit = text(40, help_text="Code of the unit; needed where there is no engagement.")
    shared = Flag(required=False, default=False)
    title = text(160, required=True)
    found_how = Choice(choices=Incident.Found.values)
    found_on = day(required=True)
    happened_from = day()
    happened_until = day()
    ip_kinds = serializers.ListField(
        child=Choice(choices=_KINDS), required=False, default=list, max_length=20
    )
    assets = text(300)
    description = text(10_000)
    severity = Choice(choices=Incident.Severity.values)


class StepIn(serializers.Serializer[Any]):
    """A step to another status. An end, and the way back from one, are for a legal reviewer."""

    status = Choice(choices=Incident.Status.values)
    reason = text(10_000)


class WatchedOut(serializers.Serializer[Any]):
    """Something that is watched."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    engagement_id = serializers.UUIDField()
    watched = serializers.ChoiceField(choices=MonitoringItem.Watched.values)
    scope = serializers.CharField()
    every = serializers.ChoiceField(choices=MonitoringItem.Every.values)
    importance = serializers.ChoiceField(choices=MonitoringItem.Importance.values)
    by_whom = serializers.CharField(allow_blank=True)
    since = serializers.DateField()
    active = serializers.BooleanField()
    last_done_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField()


class WatchedPage(serializers.Serializer[Any]):
    """A page of what is watched."""

    items = WatchedOut(many=True)
    next = serializers.CharField(allow_null=True)


class CheckOut(serializers.Serializer[Any]):
    """Somebody has looked."""

    id = serializers.UUIDField()
    done_on = serializers.DateField()
    finding = serializers.ChoiceField(choices=MonitoringCheck.Finding.values)
    note = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    incident_id = serializers.UUIDField(allow_null=True)
    settled = serializers.CharField(allow_blank=True, help_text="Why it is no incident.")
    created_at = Moment()


class CheckPage(serializers.Serializer[Any]):
    """A page of checks."""

    items = CheckOut(many=True)
    next = serializers.CharField(allow_null=True)


class CheckIn(serializers.Serializer[Any]):
    """A check to put on record. Something suspicious needs a note."""

    done_on = day(required=True)
    finding = Choice(choices=MonitoringCheck.Finding.values, required=False, default="nothing")
    note = text(10_000)
    link = text(500)


class TrainedShape(serializers.Serializer[Any]):
    """One training of one person; without a topic, a person who has none yet."""

    name = text(120, required=True)
    side = Choice(choices=TrainingPerson.Side.values)
    job = text(120)
    topic = text(120)
    done_on = day()
    valid_until = day(help_text="The last day on which it counts; null: it does not expire.")
    certificate = text(160)


class TrainingsIn(serializers.Serializer[Any]):
    """Trainings to record. All of them are taken, or none."""

    records = serializers.ListField(child=TrainedShape(), max_length=MOST_ROWS)


class TopicOut(serializers.Serializer[Any]):
    """A topic, and who needs it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    needed_of = serializers.ChoiceField(choices=TrainingTopic.NeededOf.values)


class TrainingsOut(serializers.Serializer[Any]):
    """Everybody who is named for an engagement, with their trainings."""

    people = serializers.IntegerField(help_text="How many are named.")
    in_date = serializers.IntegerField(help_text="How many of them are in date today.")
    topics = TopicOut(many=True)
    records = TrainedShape(many=True)


class TakenOut(serializers.Serializer[Any]):
    """What was new or changed."""

    people = serializers.IntegerField()
    topics = serializers.IntegerField()
    records = serializers.IntegerField()
