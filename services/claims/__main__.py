"""``python -m services.claims`` runs the service until SIGTERM."""

from services.claims.app import SERVICE
from services.claims.settings import Settings
from shared.messaging.service import main

main(SERVICE, Settings)
