"""Self-service: people who read an article, find it helpful or not, and now and then review us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.events.survey import KbRated, KbViewed, ReviewPosted

if TYPE_CHECKING:
    from random import Random

    from deskpulse.floor.customers import Customers
    from deskpulse.floor.pen import Pen

ARTICLES = 60
RATES_IT = 0.06
REVIEWS_US = 0.004


class Library:
    """The knowledge base and its readers."""

    SHARE = 0.35
    """Readers, relative to all who write or call."""

    def __init__(self, pen: Pen, customers: Customers, rng: Random) -> None:
        self._pen = pen
        self._customers = customers
        self._rng = rng
        self._reviews = 0

    def visit(self) -> None:
        """Somebody reads an article."""
        rng = self._rng
        article = f"kb-{int(rng.random() ** 2 * ARTICLES) + 1}"
        subject = f"article/{article}"
        user = self._customers.someone()
        self._pen.say(KbViewed, subject, article=article, user=user)
        draw = rng.random()
        if draw < REVIEWS_US:
            self._reviews += 1
            stars = rng.choices((1, 2, 3, 4, 5), (10, 6, 9, 25, 50))[0]
            self._pen.say(ReviewPosted, f"review/{self._reviews}", stars=stars)
        elif draw < REVIEWS_US + RATES_IT:
            helpful = rng.random() < 0.72
            self._pen.say(KbRated, subject, article=article, user=user, helpful=helpful)
