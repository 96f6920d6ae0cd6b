from django.http import HttpRequest, HttpResponse


def programme_report(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
