"""``python -m services.treasury`` runs the service until SIGTERM."""

from services.treasury.app import SERVICE
from shared.messaging.service import main

main(SERVICE)
