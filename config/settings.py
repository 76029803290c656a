"""Settings: read once from the environment, typed, refused by name when wrong."""

import logging
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from config import browsers, database, environment, keys, logs, portal, sign_in
from config.api_names import ENUM_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent

env = environment.read_env()


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


SECRET_KEY = env.secret_key.get_secret_value()
SECRET_KEY_FALLBACKS = env.keys_of_before()
SEALED = keys.SEALED
DEBUG = env.debug
ALLOWED_HOSTS = _words(env.allowed_hosts)
CSRF_TRUSTED_ORIGINS = _words(env.csrf_trusted_origins)

INSTALLED_APPS = [
    "accounts",
    "audit",
    "vendors",
    "assessments",
    "scoring",
    "search",
    "webhooks",
    "reports",
    "backups",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "oauth2_provider",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_countries",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    "config.metrics.RequestMetrics",
    "config.headers.HttpsForProgramsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Before everything that may answer by itself, so that no page goes without.
    "config.headers.BrowserHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "accounts.retirement.RetirementMiddleware",
    "accounts.middleware.LargestBodyMiddleware",
    "accounts.middleware.MostFieldsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.StraightTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.request_lines.RequestLinesMiddleware",
    "config.request_ids.RequestIdMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.sign_in_middleware.SeenMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.middleware.PrincipalMiddleware",
    "accounts.sign_in_middleware.SecondFactorMiddleware",
    "accounts.middleware.RefusedMiddleware",
    "vendors.middleware.MergedVendorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

FORM_RENDERER = "accounts.form_rendering.FormRenderer"

DATABASES = {"default": database.settings_of(env.database_url)}
POSTGRES_PROGRAMS = env.postgres_programs
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -----------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = sign_in.PASSWORD_VALIDATORS
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS, MFA_FORMS = sign_in.FORMS, sign_in.FACTOR_FORMS
ACCOUNT_PREVENT_ENUMERATION = True
# The roles that take a second factor, and how old a proof may be before dangerous acts.
MFA_REQUIRED_ROLES = env.mfa_roles()
STEP_UP_MINUTES = env.step_up_minutes
MFA_ADAPTER = "accounts.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Clocks of telephones are half a minute off now and then.
MFA_TOTP_TOLERANCE = 1
# An administrator has vouched for the address of each account.
MFA_ALLOW_UNVERIFIED_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
# Five wrong passwords for one address within 15 minutes lock it; counted in the cache.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/15m/key", "login": "60/m/ip"}
# Behind proxies the address of the line is theirs: count this many from the end of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxy_count
# Nobody signs up, so a reset for an unknown address has nothing to offer: no mail is sent.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Links to set or reset a password work for this long, once.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
# Signing in by a provider (config/single_sign_on.py). What it tells and its tokens are not kept.
SIGN_ON = env.sign_on()
try:
    SOCIALACCOUNT_PROVIDERS = env.providers()
except (OSError, ValueError) as error:
    sys.exit(f"Setting SAML_METADATA: {error}.")
SSO_AUTO_PROVISION, SSO_NEW_ROLE = env.sso_auto_provision, env.sso_new_role
SOCIALACCOUNT_ADAPTER = "accounts.social_adapter.SocialAccountAdapter"
# A link: a form that leads to another host is stopped by the policy `form-action 'self'`.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.ApiClient"
OAUTH2_PROVIDER: dict[str, Any] = {
    "SCOPES": {
        "scores:read": _("Read scores"),
        "scores:recalculate": _("Score the whole portfolio again (clients of all units only)"),
        "vendors:read": _("Read vendors"),
        "vendors:write": _("Add and change vendors and engagements"),
        "assessments:write": _("Open and answer assessments"),
        "webhooks:manage": _("Manage webhook endpoints"),
    },
    "SCOPES_BACKEND_CLASS": "accounts.oauth.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    # Client credentials alone are given out; whatever else the library can do stays strict.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

# --- the record -------------------------------------------------------------
AUDIT_KEY = env.audit_key.get_secret_value()
AUDIT_ANCHOR_FILE = env.audit_anchor_file
AUDIT_CHECKPOINT_EMAIL = env.checkpoint_addresses()
AUDIT_CHECKPOINT_HOURS = env.audit_checkpoint_hours
# Nobody imports config, so the routes reach the ground floor by name.
AUDIT_EVENT_ROUTES = "config.event_routes.ROUTES"
AUDIT_EVENT_WORDS = "config.event_words"
AUDIT_EVENT_VALUES = "config.event_values.in_words"
# Kinds of actors that the ground floors do not know -> who knows their names.
AUDIT_ACTORS = {"contact": "vendors.selectors.contacts"}
# Which rows are not for everybody in their unit.
ROW_LIMITS = "config.row_limits"

# --- assessments ------------------------------------------------------------
# Whoever submits, answers or overrides in an assessment does not sign it off.
REQUIRE_SECOND_PERSON = env.require_second_person

# --- retention (config/retention.py): rule -> days, 0 for ever -------------------
RETENTION = env.retention()

# --- the portal (config/portal.py) -------------------------------------------
PORTAL_LINK_HOURS, PORTAL_IDLE_MINUTES = env.portal_link_hours, env.portal_idle_minutes
PORTAL_SESSION_HOURS, PORTAL_INVITATION_DAYS = env.portal_session_hours, env.portal_invitation_days
PORTAL_RATES = portal.RATES
# --- work in the background -------------------------------------------------
REDIS_URL = str(env.redis_url)
CELERY_BROKER_URL = REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "surety",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
SESSION_ENGINE = "accounts.models.session"
SESSION_COOKIE_AGE = env.session_days * 24 * 3600
SESSION_IDLE_HOURS = env.session_idle_hours

# --- language and time ------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [
    ("en-gb", "English"),
    ("de", "Deutsch"),
    ("zh-hans", "简体中文"),
    ("vi", "Tiếng Việt"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.time_zone
USE_I18N = True
USE_TZ = True

# --- static files -----------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.static_root
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.assets.PackageFinder",
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = env.media_root
# --- evidence ---------------------------------------------------------------
try:
    STORAGES["evidence"] = env.evidence_entry(media=env.media_root, served=env.static_root)
except ValueError as error:
    sys.exit(f"Setting EVIDENCE_STORAGE: {error}.")
try:
    STORAGES["exports"] = env.export_entry(media=env.media_root, served=env.static_root)
except ValueError as error:
    sys.exit(f"Setting EXPORT_STORAGE: {error}.")
EXPORT_HOURS = env.export_hours
REPORT_DAYS = env.report_days
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.DiskUploadHandler",
]
EVIDENCE_MAX_BYTES = env.evidence_max_megabytes * 1024 * 1024
CLAMAV_SOCKET = env.clamav_socket
CLAMAV_TIMEOUT = env.clamav_timeout_seconds

# --- security ---------------------------------------------------------------
CONTENT_SECURITY_POLICY = {"DIRECTIVES": browsers.CONTENT_SECURITY}
_names = browsers.cookie_names(https=env.https)
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, MESSAGE_COOKIE = _names.session, _names.csrf, _names.message
PORTAL_COOKIE, PORTAL_LANGUAGE_COOKIE = _names.portal, _names.portal_language
MESSAGE_STORAGE = "config.notices.Storage"
SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE = env.https, env.https
SESSION_COOKIE_SAMESITE, CSRF_COOKIE_SAMESITE = "Lax", "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.problems.form_refused"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.https
SECURE_HSTS_SECONDS = 31_536_000 if env.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.https
SECURE_HSTS_PRELOAD = env.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.https else None
# The health checks come from inside the network, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]

# --- the API ----------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api_parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "config.openapi.Schema",
    "EXCEPTION_HANDLER": "config.problems.handle",
    "UNAUTHENTICATED_USER": None,
    # The one media type is JSON, and `format` is free to be a parameter of ours.
    "URL_FORMAT_OVERRIDE": None,
    # Whoever sends no key is counted by address, and nobody chooses the address they come from.
    "NUM_PROXIES": env.trusted_proxy_count,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Surety",
    "DESCRIPTION": (
        "Vendor due diligence: vendors, what is known of them, their risk scores, and whether an "
        "order may be placed.\n\nA client of your own, with its key, is made by an administrator "
        "on the page *API clients*. Send the key as `Authorization: Bearer …`. What is wrong comes "
        "as `application/problem+json`. All examples tell of one vendor, so their ids fit together."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/", "description": "This installation"}],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi.finish",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    # What follows it names the group of an operation: vendors, scores, assessments …
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    # What a PATCH takes has a shape of its own, which says what may be left out.
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    # Its badge would send the address of the description to a service on the internet. Opened are
    # the groups that are asked for: all operations at once are a hundred lines.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "defaultModelsExpandDepth": 0,
        "docExpansion": "none",
        "validatorUrl": None,
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
API_RATE = env.api_rate
API_MAX_BODY_BYTES = env.api_max_body_megabytes * 1024 * 1024
# What is read into memory at once; files are not counted.
DATA_UPLOAD_MAX_MEMORY_SIZE = API_MAX_BODY_BYTES
# A file, and beside it as much as a body without one may be.
API_MAX_UPLOAD_BYTES = EVIDENCE_MAX_BYTES + API_MAX_BODY_BYTES
API_CHANGES_DAYS = env.api_changes_days

# --- webhooks (config/outside.py) --------------------------------------------
# What may be told of an event, and to whom: known above, reached by name.
WEBHOOK_SOURCE = "scoring.selectors.telling"
WEBHOOK_ALLOWED_NETWORKS = env.webhook_networks()
WEBHOOK_CA_FILE = env.webhook_ca_file
WEBHOOK_CONCURRENCY, WEBHOOK_PER_ENDPOINT = env.webhook_concurrency, env.webhook_per_endpoint
WEBHOOK_GIVE_UP_HOURS, WEBHOOK_KEEP_DAYS = env.webhook_give_up_hours, env.webhook_keep_days

# --- e-mail -----------------------------------------------------------------
_mail = urlsplit(env.email_url)  # smtp://user:password@host:587, smtps:// for TLS from the start
_backend = "smtp" if env.email_url else "console"
EMAIL_BACKEND = f"django.core.mail.backends.{_backend}.EmailBackend"
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 25)
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp" and EMAIL_PORT == 587
# A mail server that does not answer must not hold up the page that wants to send something.
EMAIL_TIMEOUT = 5
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = env.default_from_email
ORGANISATION_NAME = env.organisation_name
SHOW_SECRET_LETTERS = env.show_secret_letters

# --- logs and figures -------------------------------------------------------
METRICS_TOKEN = env.metrics_token.get_secret_value()
LOGGING = logs.configuration(level=env.log_level, readable=env.debug)
# Tasks inherit the id of their request. What they begin and end Celery says by itself.
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_RETRY_LOG_LEVEL = logging.DEBUG  # also of what the clock sent in vain
# More than one BLAS thread made the engine six times slower in worker processes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
