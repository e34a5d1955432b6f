from __future__ import annotations

import pytest

from casefiles import Case, differences, expected_claim, params, report, show_claim


@pytest.mark.parametrize("case", params("claims/sentences.toml"))
def test_the_claims_of_a_sentence(case: Case) -> None:
    claims = report(case.text).claims
    expected = [expected_claim(line) for line in case.expect]
    assert [claim.text for claim in claims] == [line.text for line in expected]
    for claim, line in zip(claims, expected, strict=True):
        assert not differences(claim, line), show_claim(claim)
