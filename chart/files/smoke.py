"""Proves through the Service that MLflow works. Prints one JSON line per step and removes what it made."""

import base64
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

BASE = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
USER = os.environ.get("MLFLOW_TRACKING_USERNAME")
PASSWORD = os.environ.get("MLFLOW_TRACKING_PASSWORD")
SEARCH = "/api/2.0/mlflow/experiments/search?max_results=1"


def say(step, ok, detail, started):
    ms = round((time.monotonic() - started) * 1000)
    line = {"smoke": {"step": step, "ok": ok, "detail": detail, "ms": ms}}
    print(json.dumps(line, separators=(",", ":")), flush=True)


def check(condition, detail):
    if not condition:
        raise RuntimeError(detail)


def status(path, credentials=False):
    """HTTP status of a GET."""
    request = urllib.request.Request(BASE + path)
    if credentials:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


class Smoke:
    def __init__(self):
        self.name = f"smoke-test-{uuid.uuid4().hex[:12]}"
        self.content = os.urandom(1 << 20)
        self.client = self.experiment = self.run = self.model = None

    def reach(self):
        # A Service has no endpoints for a moment after its pods got ready.
        deadline = time.monotonic() + 30
        while True:
            try:
                code = status("/health")
                check(code == 200, f"{BASE}/health answered {code}")
                return f"{BASE}/health answered 200"
            except OSError as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{BASE}/health cannot be reached: {error}") from None
                time.sleep(1)

    def auth(self):
        if not USER:
            code = status(SEARCH)
            check(code == 200, f"a request answered {code}, expected 200 as authentication is off")
            return "authentication is off"
        code = status(SEARCH)
        check(code == 401, f"a request without credentials answered {code}, expected 401")
        code = status(SEARCH, credentials=True)
        check(code == 200, f"a request with the Secret's credentials answered {code}, expected 200")
        return "401 without credentials, 200 with them"

    def start_run(self):
        # Imported here: it takes seconds, and the first two steps need none of it.
        from mlflow import MlflowClient

        self.client = MlflowClient()
        self.experiment = self.client.create_experiment(self.name)
        self.run = self.client.create_run(self.experiment).info.run_id
        return f"experiment {self.experiment}, run {self.run}"

    def metric(self):
        self.client.log_param(self.run, "param", "value")
        self.client.log_metric(self.run, "metric", 0.25)
        self.client.set_tag(self.run, "tag", "value")
        data = self.client.get_run(self.run).data
        check(data.params.get("param") == "value", "the param did not come back")
        check(data.metrics.get("metric") == 0.25, "the metric did not come back")
        check(data.tags.get("tag") == "value", "the tag did not come back")
        return "param, metric and tag came back"

    def artifact_up(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "artifact.bin")
            file.write_bytes(self.content)
            self.client.log_artifact(self.run, str(file))
        return f"{len(self.content)} bytes"

    def artifact_down(self):
        with tempfile.TemporaryDirectory() as folder:
            got = Path(self.client.download_artifacts(self.run, "artifact.bin", folder)).read_bytes()
        check(got == self.content, f"{len(got)} bytes came back, and not the same ones")
        return f"the same {len(got)} bytes"

    def register(self):
        self.client.create_registered_model(self.name)
        self.model = self.name
        source = self.client.get_run(self.run).info.artifact_uri
        version = self.client.create_model_version(self.name, source, self.run)
        check(self.client.get_model_version(self.name, version.version).run_id == self.run, "the version did not come back")
        return f"model {self.name} version {version.version}"

    def clean(self):
        """Removes the model, the artifact, the run and the experiment; all of them are tried."""
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        def artifacts():
            get_artifact_repository(self.client.get_run(self.run).info.artifact_uri).delete_artifacts()

        steps = [
            (self.model, lambda: self.client.delete_registered_model(self.model)),
            (self.run, artifacts),
            (self.run, lambda: self.client.delete_run(self.run)),
            (self.experiment, lambda: self.client.delete_experiment(self.experiment)),
        ]
        for made, remove in steps:
            try:
                if made:
                    remove()
            except Exception as error:
                print(f"could not remove {made}: {error}", file=sys.stderr)


def main():
    smoke = Smoke()
    steps = [
        ("reach", smoke.reach),
        ("auth", smoke.auth),
        ("run", smoke.start_run),
        ("metric", smoke.metric),
        ("artifact-up", smoke.artifact_up),
        ("artifact-down", smoke.artifact_down),
        ("model", smoke.register),
    ]
    failed = False
    try:
        for step, act in steps:
            started = time.monotonic()
            try:
                say(step, True, act(), started)
            except Exception as error:
                say(step, False, " ".join(str(error).split()) or repr(error), started)
                failed = True
                break
    finally:
        if smoke.client:
            smoke.clean()
    sys.exit(1 if failed else 0)


main()
