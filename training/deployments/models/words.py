"""The rule that nothing of what was written changes, but words go with a blanked deployment."""

import pgtrigger


def words_go_alone(
    name: str, *, blank: dict[str, str], kept: tuple[str, ...], when: str = ""
) -> pgtrigger.Trigger:
    """A trigger that refuses every update but one that empties the columns of `blank` (to the SQL
    they name) of a deployment that is blanked, and leaves those of `kept` as they are."""
    emptied = " OR ".join(f"NEW.{column} <> {value}" for column, value in blank.items())
    new = ", ".join(f"NEW.{column}" for column in kept)
    old = ", ".join(f"OLD.{column}" for column in kept)
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition(when) if when else None,
        func=f"""
        IF {emptied} OR ({new}) IS DISTINCT FROM ({old})
           OR NOT EXISTS (SELECT 1 FROM public.deployments_deployment d
                          WHERE d.id = NEW.deployment_id AND d.blanked_at IS NOT NULL) THEN
            RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
        """,  # noqa: S608
    )
