"""What the database lets a purge do to a row that is otherwise never changed: blank it, once."""

from collections.abc import Sequence

import pgtrigger


def blanked_by_a_purge_alone(
    name: str, *, columns: Sequence[str], blank: str, incident: str, side: str, both: str = ""
) -> pgtrigger.Trigger:
    """`columns` change only when `purge_id` is set, to what the condition `blank` says.

    The purge is one that has not ended yet, and no hold of `side` on `incident` (SQL expressions)
    stands; of neither side where the condition `both` says so.
    """
    whose = f"(h.side = {side} OR {both})" if both else f"h.side = {side}"
    new = ", ".join(f"NEW.{column}" for column in (*columns, "purge_id"))
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        # Made of this module's own words only.
        func=f"""
        IF ROW({new}) IS DISTINCT FROM ROW({new.replace("NEW.", "OLD.")}) THEN
            IF EXISTS (SELECT 1 FROM public.incidents_legalhold h
                       WHERE h.incident_id = {incident} AND {whose}
                         AND h.lifted_at IS NULL) THEN
                RAISE EXCEPTION 'under_legal_hold: nothing of this incident is blanked'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.purge_id IS NOT NULL OR NOT EXISTS (
                   SELECT 1 FROM public.incidents_purge p
                   WHERE p.id = NEW.purge_id AND p.finished_at IS NULL)
               OR NOT ({blank}) THEN
                RAISE EXCEPTION '{name}: only a purge that has begun blanks it, once'
                    USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        RETURN NEW;
        """,  # noqa: S608
    )


def linked_to(asked: str) -> str:
    """For `incident`: any of those that the information request `asked` (SQL) is linked to."""
    return (
        "ANY (ARRAY(SELECT l.incident_id FROM public.incidents_requestlink l"  # noqa: S608
        f" WHERE l.asked_id = {asked}))"
    )
