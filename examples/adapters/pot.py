"""POT, Python Optimal Transport: the network simplex (`ot.emd2`)."""

NAME = "POT"


def _version():
    import ot

    return ot.__version__


VERSION = _version()


def wasserstein(cost, source, target):
    import ot

    return float(ot.emd2(source, target, cost))
