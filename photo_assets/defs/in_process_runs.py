"""The Dagster instance for runs that `photosync` executes in its own process.

It records the job of each run for the UI. The runs themselves, and ending killed ones, do not
belong here.
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
"""The name of the code location, as in workspace.yaml."""


class InProcessInstance(dg.DagsterInstance):
    """An instance that records the job and code location of each run.

    `execute_in_process` omits them. The UI then lists the run neither on its timeline nor under
    Jobs, and does not offer to re-execute it.
    """

    def create_run_for_job(
        self, job_def: dg.JobDefinition, *args: Any, **more: Any
    ) -> dg.DagsterRun:
        """Record a run of `job_def` with the location of the job."""
        location = RegisteredCodeLocationOrigin(LOCATION)
        repository = RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME)
        origin = repository.get_job_origin(job_def.name)
        return super().create_run_for_job(job_def, *args, **{**more, "remote_job_origin": origin})


@contextmanager
def in_process_instance() -> Iterator[dg.DagsterInstance]:
    """Open the instance of $DAGSTER_HOME for runs that this process executes itself."""
    ours = ConfigurableClassData(__name__, InProcessInstance.__name__, "{}")
    home = str(plain_folder(project_home()))
    ref = InstanceRef.from_dir(home)._replace(custom_instance_class_data=ours)
    with dg.DagsterInstance.from_ref(ref) as instance:
        yield instance
