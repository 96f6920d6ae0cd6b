from tests.kernel.people import _kernel_alone, _no_cache_left, api, officer, sign_in  # noqa: F401
