"""All use-cases of one process, made once and shared by API and pages."""

from __future__ import annotations

from adapters.services.accounts import Accounts
from adapters.services.bulk import Bulk
from adapters.services.dossiers import Dossiers
from adapters.services.figures import Figures
from adapters.services.health import Health
from adapters.services.issued import Issued
from adapters.services.letters import Letters
from adapters.services.nominations import Nominations
from adapters.services.notices import Notices
from adapters.services.papers import Papers
from adapters.services.parts import Parts
from adapters.services.prints import Prints
from adapters.services.procedures import Procedures
from adapters.services.register import Register
from adapters.services.session_papers import SessionPapers
from adapters.services.sessions import Sessions
from adapters.services.sheet import Sheets
from adapters.services.submissions import Submissions
from adapters.services.tasks import Tasks
from adapters.services.trails import Trails


class Services:
    """One small class per subject. Safe to share between threads."""

    def __init__(self, parts: Parts) -> None:
        """Put the use-cases together."""
        self.parts = parts
        self.accounts = Accounts(parts)
        self.papers = Papers(parts)
        self.dossiers = Dossiers(parts, self.papers)
        self.register = Register(parts)
        self.sheets = Sheets(parts, self.dossiers, self.register)
        self.bulk = Bulk(parts)
        self.submissions = Submissions(parts, self.dossiers, self.bulk)
        self.nominations = Nominations(parts, self.submissions)
        self.sessions = Sessions(parts, self.dossiers)
        self.tasks = Tasks(parts, self.dossiers)
        self.letters = Letters(parts, self.dossiers)
        self.session_papers = SessionPapers(parts, self.dossiers, self.letters)
        self.issued = Issued(parts)
        self.notices = Notices(parts)
        self.procedures = Procedures(parts)
        self.prints = Prints(parts, self.dossiers, self.procedures)
        self.trails = Trails(parts)
        self.health = Health(parts)
        self.figures = Figures(parts.queries, parts.editions)
