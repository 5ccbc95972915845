"""What solving a plan gives (求解结果): both results with their figures, the certificate, what each pin costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.allocation.market import refuse_class_without_seat
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import HIGHEST_CLASS
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.solving import code_version, solve_rules
from matcher.services.plans.storing import CertificateRow, SolvedRule
