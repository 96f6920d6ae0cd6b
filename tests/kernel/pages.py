"""Pages of the test portal: the real health page, and one that repeats what it was sent."""

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bordercoop.web.health import health


@csrf_exempt
def echo(request):
    names = ("HTTP_X_FORWARDED_PROTO", "HTTP_TRANSFER_ENCODING", "CONTENT_LENGTH")
    body = request.body.decode()
    return JsonResponse({"body": body, **{name: request.META.get(name) for name in names}})


def big(request):
    return StreamingHttpResponse(b"x" * 65_536 for _ in range(128))


def blank(request):
    return HttpResponse("")


urlpatterns = [
    path("", blank, name="home"),
    path("health/", health, name="health"),
    path("echo/", echo),
    path("big/", big),
    path("login/", blank, name="account_login"),
]
