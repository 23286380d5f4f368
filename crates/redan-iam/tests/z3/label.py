#!/usr/bin/env python3
"""label.py COUNT SEED OUT.jsonl: random policy pairs, labelled by the solver z3 (package z3-solver).

A pair that z3 does not decide within its bound, which is counted in steps and not in time, is left out. Each candidate denies all actions outside
of the vocabulary, so that only the vocabulary can be new."""
import json
import random
import sys

import z3

from encoding import Request
from vocabulary import ACTIONS, pair

STEPS = 1_500_000


def label(reference, candidate):
    request = Request(any("Principal" in s or "NotPrincipal" in s for s in reference["Statement"] + candidate["Statement"]))
    goal = z3.And(request.allowed(candidate), z3.Not(request.allowed(reference)))
    solver = z3.Solver()
    solver.set("rlimit", STEPS)
    solver.set("timeout", 300_000)
    solver.add(goal, *request.rules)
    return {"sat": "FAIL", "unsat": "PASS"}.get(str(solver.check()))


def main():
    count, seed, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    r = random.Random(seed)
    labels = {"FAIL": 0, "PASS": 0}
    with open(out, "w", encoding="utf-8") as file:
        for number in range(count):
            reference, candidate = pair(r)
            expected = label(reference, candidate)
            if expected is None:
                continue
            labels[expected] += 1
            outside = {"Effect": "Deny", "NotAction": list(ACTIONS), "Resource": "*"}
            if any("Principal" in s or "NotPrincipal" in s for s in candidate["Statement"]):
                outside["Principal"] = "*"
            candidate["Statement"].append(outside)
            title = "seed %d number %d" % (seed, number)
            file.write(json.dumps({"title": title, "reference": reference, "candidate": candidate, "expected": expected}) + "\n")
    decided = sum(labels.values())
    print("z3 decided %d of %d: %d with new access, %d without" % (decided, count, labels["FAIL"], labels["PASS"]))
    return 0 if decided * 10 >= count * 6 else 1


if __name__ == "__main__":
    sys.exit(main())
