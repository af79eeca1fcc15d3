"""``python -m services.registry`` runs the service until SIGTERM."""

from services.registry.app import SERVICE
from services.registry.settings import Settings
from shared.messaging.service import main

main(SERVICE, Settings)
