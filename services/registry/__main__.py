"""``python -m services.registry`` runs the service until SIGTERM."""

from services.registry.app import service
from services.registry.reference import reference_data
from services.registry.settings import Settings
from shared.messaging.service import main_of

main_of("registry", Settings, lambda settings: service(reference_data(settings.districts_dir)))
