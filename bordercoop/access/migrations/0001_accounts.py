import django.contrib.auth.validators
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                (
                    "email",
                    models.EmailField(max_length=254, unique=True, verbose_name="e-mail address"),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("LV", "Latvia"), ("BY", "Belarus"), ("EU", "European Union")],
                        max_length=2,
                        verbose_name="side",
                    ),
                ),
                (
                    "name_latin",
                    models.CharField(max_length=120, verbose_name="name in Latin letters"),
                ),
                (
                    "name_local",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name in its own script"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("lv", "Latviešu"),
                            ("be", "Беларуская"),
                            ("ru", "Русский"),
                            ("en", "English"),
                        ],
                        default="en",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("auto", "As the system"),
                            ("light", "Light"),
                            ("dark", "Dark"),
                            ("night", "Night"),
                        ],
                        default="auto",
                        max_length=5,
                        verbose_name="theme",
                    ),
                ),
                (
                    "hotkeys",
                    models.BooleanField(default=True, verbose_name="single-letter shortcuts"),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="email_is_in_lower_case",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        name="username_is_one_in_any_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["LV", "BY", "EU"])),
                        name="account_side_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["lv", "be", "ru", "en"])),
                        name="account_language_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["auto", "light", "dark", "night"])),
                        name="account_theme_is_known",
                    ),
                ],
            },
        ),
    ]
