from rest_framework.generics import GenericAPIView


class ProgrammeReportOne(GenericAPIView): ...


class ProgrammeReportExport(GenericAPIView): ...
