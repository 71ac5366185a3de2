"""The Dagster instance of a process that executes runs itself, so that the UI knows whose they are.

Only the opening belongs here; what runs, and how killed ones are ended, is told elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.instance.ref import InstanceRef
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._serdes import ConfigurableClassData

from photo_assets.configuration.project_folders import project_home
from photo_assets.system.plain_folder import plain_folder

LOCATION = "photo_assets"
"""The name of the code location, as workspace.yaml has it."""


class OwnRuns(dg.DagsterInstance):
    """An instance that records of which job of which code location a run is.

    `execute_in_process` leaves that out, and the UI lists such runs neither on its timeline nor
    below Jobs, and offers no re-execution.
    """

    def create_run_for_job(
        self, job_def: dg.JobDefinition, *args: Any, **more: Any
    ) -> dg.DagsterRun:
        """Record a run of `job_def`, with where the job is defined."""
        location = RegisteredCodeLocationOrigin(LOCATION)
        repository = RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME)
        origin = repository.get_job_origin(job_def.name)
        return super().create_run_for_job(job_def, *args, **{**more, "remote_job_origin": origin})


@contextmanager
def own_runs() -> Iterator[dg.DagsterInstance]:
    """Open the instance of $DAGSTER_HOME for runs that this process executes itself."""
    ours = ConfigurableClassData(__name__, OwnRuns.__name__, "{}")
    home = str(plain_folder(project_home()))
    ref = InstanceRef.from_dir(home)._replace(custom_instance_class_data=ours)
    with dg.DagsterInstance.from_ref(ref) as instance:
        yield instance
