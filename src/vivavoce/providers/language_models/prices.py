"""What a call costs, in US dollars: by the operator's own price, or by the kept table of `genai-prices`."""

from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address
from urllib.parse import urlsplit

from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.port import ModelFailed, ModelFault

MILLION = 1_000_000
# Beside the two texts: what a chat's frame takes.
FRAME_TOKENS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """US dollars for a million tokens."""

    prompt: Decimal
    completion: Decimal

    def cost(self, *, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """US dollars."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / MILLION

    def most_cost(self, *texts: str, most_tokens: int) -> Decimal:
        """The most that it can cost to send these texts: no token is shorter than a byte."""
        sent = sum(len(text.encode(errors="replace")) for text in texts) + FRAME_TOKENS
        return self.cost(prompt_tokens=sent, completion_tokens=most_tokens)


FREE = ModelPrice(prompt=Decimal(0), completion=Decimal(0))


def find_price(chosen: ChosenModel) -> ModelPrice:
    """The price of a model. One that runs on this machine or beside it costs nothing.

    Raises ModelFailed where nobody knows it: no cap could be kept then.
    """
    if chosen.price_prompt is not None and chosen.price_completion is not None:
        return ModelPrice(prompt=chosen.price_prompt, completion=chosen.price_completion)
    if _is_here(chosen.url):
        return FREE
    # A table of 2 MB, which is loaded where a model is asked.
    from genai_prices import Usage, calc_price

    try:
        prompt = calc_price(Usage(input_tokens=MILLION), chosen.model, provider_api_url=chosen.url)
        both = calc_price(Usage(input_tokens=MILLION, output_tokens=MILLION), chosen.model, provider_api_url=chosen.url)
    except LookupError:
        raise ModelFailed(
            f"Nobody knows what the model {chosen.model} costs at {urlsplit(chosen.url).hostname}, so no cap can be"
            " kept. Give its price_prompt and price_completion, in dollars a million tokens; 0 where it is free.",
            fault=ModelFault.FAILED,
            retryable=False,
        ) from None
    return ModelPrice(prompt=prompt.total_price, completion=both.total_price - prompt.total_price)


def _is_here(url: str) -> bool:
    """Whether the address is this machine's, or one in a network of our own."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        # A name without a dot is one of a container beside us, or of the local network.
        return "." not in host
