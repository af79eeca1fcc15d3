"""``python -m services.audit`` runs the service until SIGTERM."""

from services.audit.app import SERVICE
from services.audit.settings import Settings
from shared.messaging.service import main

main(SERVICE, Settings)
