import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0033_copies_that_were_passed_on_may_lose_fields"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="informationrequest",
            name="request_ends_by_a_purge",
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="said",
            field=models.JSONField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="informationrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="request_ends_by_a_purge",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF ROW(NEW.subject, NEW.question, NEW.ground_text, NEW.purge_id) IS DISTINCT FROM ROW(OLD.subject, OLD.question, OLD.ground_text, OLD.purge_id) THEN\n            IF EXISTS (SELECT 1 FROM public.incidents_legalhold h\n                       WHERE h.incident_id = ANY (ARRAY(SELECT l.incident_id FROM public.incidents_requestlink l WHERE l.asked_id = NEW.id)) AND (h.side = NEW.side OR TRUE)\n                         AND h.lifted_at IS NULL) THEN\n                RAISE EXCEPTION 'under_legal_hold: nothing of this incident is blanked'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            IF OLD.purge_id IS NOT NULL OR NOT EXISTS (\n                   SELECT 1 FROM public.incidents_purge p\n                   WHERE p.id = NEW.purge_id AND p.finished_at IS NULL)\n               OR NOT (NEW.subject = '' AND NEW.question = '' AND NEW.ground_text = '' AND NEW.reason = '' AND NEW.said IS NULL AND NEW.ended_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'request_ends_by_a_purge: only a purge that has begun blanks it, once'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n        END IF;\n        RETURN NEW;\n        ",
                    hash="8f49a8f23bbc0b110b6a24d8e97e37a9aecb7030",
                    operation="UPDATE",
                    pgid="pgtrigger_request_ends_by_a_purge_7da96",
                    table="incidents_informationrequest",
                    when="BEFORE",
                ),
            ),
        ),
    ]
