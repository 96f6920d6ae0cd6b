"""What of participants is kept no longer than the period of their side. Reads only."""

from datetime import date

from django.db.models import Exists, OuterRef

from incidents.kept_elsewhere import long_ago, over
from incidents.models import RetentionPeriod

from .models import Activity, Participation, Trainer, Travel


def due_parts(
    side: str, period: RetentionPeriod, pk: int | None = None
) -> list[tuple[Activity, date]]:
    """Activities over long ago, or of them the one `pk`, of whose people of the side something is
    kept still. They count from their last moment, held or given up."""
    kept = Participation.objects.filter(activity=OuterRef("pk"), side=side, blanked_at=None)
    rows = Activity.objects.filter(Exists(kept), period__endswith__lt=long_ago(period))
    rows = rows if pk is None else rows.filter(pk=pk)
    return over(((row, row.ends_at) for row in rows.order_by("pk")), side, period)


def due_travels(
    side: str, period: RetentionPeriod, pk: int | None = None
) -> list[tuple[Activity, date]]:
    """Activities over long ago, or of them the one `pk`, to which it is kept still how officers of
    the side travelled. They count from their last moment."""
    kept = Travel.objects.filter(
        participation__activity=OuterRef("pk"), participation__side=side, blanked_at=None
    )
    rows = Activity.objects.filter(Exists(kept), period__endswith__lt=long_ago(period))
    rows = rows if pk is None else rows.filter(pk=pk)
    return over(((row, row.ends_at) for row in rows.order_by("pk")), side, period)


def due_trainers(
    side: str, period: RetentionPeriod, pk: int | None = None
) -> list[tuple[Trainer, date]]:
    """Who left the pool of the side long ago, or of them the one `pk`."""
    rows = Trainer.objects.filter(side=side, blanked_at=None, left_at__lt=long_ago(period))
    rows = rows if pk is None else rows.filter(pk=pk)
    return over(((row, row.left_at) for row in rows.order_by("pk") if row.left_at), side, period)
