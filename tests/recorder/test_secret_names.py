import pytest

from recorder import secret_names


def each(words: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", words.split())


@each(
    """content-type Accept user-agent anthropic-version anthropic-beta OpenAI-Beta X-Stainless-Lang x-goog-api-client"""
)
def test_request_headers_that_are_stored(name: str) -> None:
    assert secret_names.is_harmless_request_header(name)


@each(
    """authorization x-api-key api-key x-goog-api-key cookie proxy-authorization x-amz-security-token
    openai-organization openai-project anthropic-organization-id idempotency-key traceparent x-forwarded-for
    host x-stainless- content-type2"""
)
def test_request_headers_that_are_not(name: str) -> None:
    assert not secret_names.is_harmless_request_header(name)


@each(
    """Content-Type content-length content-encoding Request-Id x-request-id apim-request-id retry-after retry-after-ms
    x-should-retry anthropic-ratelimit-requests-limit x-ratelimit-remaining-tokens openai-processing-ms openai-version
    cache-control date location"""
)
def test_response_headers_that_are_stored(name: str) -> None:
    assert secret_names.is_harmless_response_header(name)


@each(
    """set-cookie openai-organization openai-project anthropic-organization-id anthropic-workspace-id www-authenticate
    access-control-allow-origin clear-site-data server x-amzn-trace-id"""
)
def test_response_headers_that_are_not(name: str) -> None:
    assert not secret_names.is_harmless_response_header(name)


@each(
    """key KEY %6Bey k%65%79 api_key api-key apikey x-api-key access_token token sig Signature X-Amz-Signature
    x-amz-security-token X-Goog-Credential subscription-key client_secret password +key+"""
)
def test_query_parameters_that_are_secret(name: str) -> None:
    assert secret_names.is_secret_parameter(name)


@each("""alt beta api-version keys monkey pageToken page_token max_tokens limit""")
def test_query_parameters_that_are_not(name: str) -> None:
    assert not secret_names.is_secret_parameter(name)


@each(
    """api_key apiKey APIKEY x-api-key OPENAI_API_KEY password db_password secret client_secret authorization
    authorization_token Proxy-Authorization private_key access_token accessToken refresh_token id_token session_token
    aws_secret_access_key passphrase cookie Set-Cookie"""
)
def test_members_that_are_secret(name: str) -> None:
    assert secret_names.is_secret_member(name)


@each(
    """key token tokens max_tokens input_tokens id signature next_page_token secretary prompt_cache_key cookies
    idempotency_key primary_key password_policy"""
)
def test_members_that_are_not(name: str) -> None:
    assert not secret_names.is_secret_member(name)


def test_a_header_whose_name_hints_at_a_secret() -> None:
    assert all(map(secret_names.hints_at_secret, ["helicone-auth", "X-MyCorp-Secret", "cf-aig-authorization"]))
    assert not any(map(secret_names.hints_at_secret, ["host", "x-tenant", "traceparent"]))
