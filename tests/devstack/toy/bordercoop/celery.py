import os

from celery import Celery

app = Celery("toy", broker=os.environ["REDIS_URL"])
