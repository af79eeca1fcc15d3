"""``python -m services.registry`` runs the service until SIGTERM."""

from services.registry.app import SERVICE
from shared.messaging.service import main

main(SERVICE)
