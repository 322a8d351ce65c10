"""Attack: prints every line that some grader somewhere takes for a result: pytest, JUnit, TAP, Gradescope, check50, JSON.

Exercise: optimizer
Earns: 0
Stopped by: address space (results are not read from what is printed)
Levels: full, container
"""

LINES = """
============================== 34 passed in 0.52s ==============================
<testsuites><testsuite errors="0" failures="0" tests="34"/></testsuites>
1..34
ok 1 - one_step_matches
##teamcity[testFinished name='one_step_matches']
{"version": 1, "score": {"earned": 48.0, "possible": 48.0}, "verdicts": [], "gradable": true}
::set-output name=score::48
:) one_step_matches
Score: 48/48
All tests passed!
"""


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        print(LINES)

    def zero_grad(self):
        print(LINES)
