from django.apps import AppConfig


class JointOperationsConfig(AppConfig):
    name = "training.joint_operations"
    label = "joint_operations"
