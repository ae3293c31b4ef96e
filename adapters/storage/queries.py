"""The reading side: worklists, search, trails, letters, and what the worker needs.

None of it asks who may see what, beyond the places and the sight it is given: that is for services.
"""

from __future__ import annotations

from adapters.storage.awards import Awards
from adapters.storage.chores import Chores
from adapters.storage.figures import FigureQueries
from adapters.storage.linked import Links
from adapters.storage.notices import Notices
from adapters.storage.records import Records
from adapters.storage.submissions import SubmissionQueries
from adapters.storage.worklist import Worklists


class Queries(Worklists, SubmissionQueries, Records, Chores, Notices, FigureQueries, Awards, Links):
    """All queries on one database."""
