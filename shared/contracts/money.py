"""Money is a whole number of fen (CNY). There is no other unit and no fraction anywhere in the system."""

from typing import Annotated

from pydantic import Field

# Ten trillion yuan: far above any pool, far below the limit of a Postgres bigint even when thousands are summed.
AMOUNT_FEN_MAX = 10**15

Fen = Annotated[int, Field(strict=True, ge=0, le=AMOUNT_FEN_MAX, description="whole fen, CNY")]
PositiveFen = Annotated[int, Field(strict=True, gt=0, le=AMOUNT_FEN_MAX, description="whole fen, CNY, above zero")]

BASIS_POINTS = 10_000
BasisPoints = Annotated[int, Field(strict=True, ge=0, le=BASIS_POINTS, description="1/10000")]
