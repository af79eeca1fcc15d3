"""``python -m services.claims`` runs the service until SIGTERM."""

from services.claims.app import SERVICE
from shared.messaging.service import main

main(SERVICE)
