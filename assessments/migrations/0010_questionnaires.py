"""Questionnaires written on pages, frozen once published; open assessments moved between versions."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.ids

FREEZE = """
CREATE FUNCTION surety_frozen_questionnaire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    -- The reason is free text: it may be erased, its digest stays in the record.
    IF TG_OP = 'DELETE'
        OR NEW.status = 'draft'
        OR (OLD.status = 'retired' AND NEW.status <> 'retired')
        OR (NEW.id, NEW.key, NEW.version, NEW.title, NEW.content, NEW.content_hash,
            NEW.published_at, NEW.published_by_id)
        IS DISTINCT FROM
           (OLD.id, OLD.key, OLD.version, OLD.title, OLD.content, OLD.content_hash,
            OLD.published_at, OLD.published_by_id)
    THEN
        RAISE EXCEPTION '% on % is refused: a published version is frozen', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON assessments_questionnaire
    FOR EACH ROW EXECUTE FUNCTION surety_frozen_questionnaire();
"""
THAW = """
DROP TRIGGER frozen ON assessments_questionnaire;
DROP FUNCTION surety_frozen_questionnaire();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        ("assessments", "0009_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="DraftState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("did", models.CharField(max_length=30)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sections", models.JSONField()),
                ("questions", models.JSONField()),
                ("added", models.JSONField()),
                ("after", models.CharField(max_length=64)),
                ("moved_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MoveItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("moved", "Moved over"),
                            ("left", "Left as it is"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name="MoveRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("confirm_wording", models.BooleanField(default=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question_key", models.CharField(max_length=80)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("changed", "The question changed"),
                            ("dropped", "The question is not asked any more"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.JSONField(null=True)),
                ("state", models.PositiveSmallIntegerField()),
                ("evidence", models.PositiveSmallIntegerField()),
                ("evidence_until", models.DateField(null=True)),
                ("note", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField()),
                ("review", models.CharField(max_length=10)),
                ("review_note", models.TextField(blank=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("override", models.JSONField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="published_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="retired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="retired_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="source",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="assessments.questionnaire",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at__isnull", True),
                        ("retired_at__isnull", True),
                        ("status", "draft"),
                    ),
                    models.Q(
                        ("published_at__isnull", False),
                        ("retired_at__isnull", True),
                        ("status", "published"),
                    ),
                    models.Q(
                        ("published_at__isnull", False),
                        ("retired_at__isnull", False),
                        ("status", "retired"),
                    ),
                    _connector="OR",
                ),
                name="questionnaire_dates_fit_status",
            ),
        ),
        migrations.AddField(
            model_name="draftstate",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="draftstate",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="states",
                to="assessments.questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="moves",
                to="assessments.assessment",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="moved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="moveitem",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="assessments.assessment",
            ),
        ),
        migrations.AddField(
            model_name="moverun",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="moverun",
            name="started_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="moverun",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="move_runs",
                to="assessments.questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="moveitem",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="assessments.moverun",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="moves",
                to="assessments.moverun",
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="answered_by_contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vendors.contact",
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="set_aside",
                to="assessments.assessment",
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="move",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="set_aside",
                to="assessments.move",
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="draftstate",
            constraint=models.UniqueConstraint(
                fields=("draft", "revision"), name="draft_state_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="moveitem",
            constraint=models.UniqueConstraint(fields=("run", "assessment"), name="move_item_once"),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(
                fields=("move", "question_key"), name="set_aside_once"
            ),
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
