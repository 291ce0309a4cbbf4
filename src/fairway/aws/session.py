"""Where calls go and as whom: credentials, region, endpoint, clients. Loads botocore when first used."""

from __future__ import annotations

import ipaddress
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fairway.model.errors import Failed, WrongInput

_T = TypeVar("_T")

LOCAL_REGION = "us-east-1"
PATIENCE = 70.0
"""Seconds to wait for an answer: longer than any control plane takes."""
CONNECTIONS = 64
"""Kept open for each service: more than a deploy's default concurrency, for botocore throws away what does
not fit, and each call would then pay for a TLS handshake of its own."""
TEST_CREDENTIAL = "test"
_LOCAL_IDENTITY = {"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:user/moto"}
"""What the local cloud answers for test credentials; tests/aws/test_credentials.py compares the two."""
_NO_PROFILE = {"profile": (None, None, None, None)}
"""botocore's form for: no profile, whatever AWS_PROFILE says."""
# The local cloud counts too, by itself: fairway/local/calls.py has its verbs.
_READS = ("Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search", "Validate", "Scan", "Filter")


@dataclass
class CallCount:
    """How many calls were sent, by `service.Operation`."""

    by_operation: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, service: str, operation: str) -> None:
        with self._lock:
            self.by_operation[f"{service}.{operation}"] += 1

    @property
    def reads(self) -> int:
        """Calls that change nothing."""
        return sum(count for name, count in self.by_operation.items() if is_read(name.partition(".")[2]))

    @property
    def writes(self) -> int:
        """Calls that may change something."""
        return sum(self.by_operation.values()) - self.reads

    def summary(self) -> Mapping[str, int]:
        """`reads`, `writes`, then every operation, for events and reports."""
        return {"reads": self.reads, "writes": self.writes, **dict(sorted(self.by_operation.items()))}


def is_read(operation: str) -> bool:
    """Whether an operation changes nothing, which AWS's names tell."""
    return operation.startswith(_READS)


@dataclass
class Session:
    """Clients for one account and region. Safe to use from several threads.

    Empty `region`, `profile` and `endpoint` mean the usual chain (environment, configuration files).
    `local` is for the local cloud: it takes no credentials of the user's, not even by looking for them.
    `known_identity` is what STS has said before about the same credentials.
    """

    region_name: str = ""
    profile: str = ""
    endpoint: str = ""
    local: bool = False
    count: CallCount = field(default_factory=CallCount)
    connections: int = CONNECTIONS
    patience: float = PATIENCE
    known_identity: Mapping[str, str] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

    def waiting(self, seconds: float) -> Session:
        """The same way to AWS for calls whose answer may take so long; with clients of its own."""
        return Session(
            self.region_name,
            self.profile,
            self.endpoint,
            self.local,
            self.count,
            self.connections,
            patience=seconds,
            known_identity=self.known_identity,
        )

    def _once(self, name: str, make: Callable[[], _T]) -> _T:
        """What `make` answered first; `cached_property` has had no lock since Python 3.12."""
        if name not in self._made:
            with self._lock:
                if name not in self._made:
                    self._made[name] = make()
        made: _T = self._made[name]
        return made

    @property
    def botocore(self) -> Any:
        """The botocore session. Raises WrongInput for a profile that does not exist."""
        return self._once("botocore", self._make_botocore)

    def _make_botocore(self) -> Any:
        import botocore.session

        if self.local:
            session = botocore.session.Session(session_vars=_NO_PROFILE)
            session.set_credentials(TEST_CREDENTIAL, TEST_CREDENTIAL)
        else:
            session = botocore.session.Session(profile=self.profile or None)
            _require_profile(session)
        session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
        if self.loopback and not self.local:
            _without_instance_roles(session)
            if session.get_credentials() is None:
                session.set_credentials(TEST_CREDENTIAL, TEST_CREDENTIAL)
        return session

    @property
    def loopback(self) -> bool:
        """Whether calls stay on this machine (a local cloud)."""
        host = urlsplit(self.endpoint).hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    @property
    def region(self) -> str:
        """The region calls go to. Raises WrongInput when nothing says which, or for what is none."""
        return self._once("region", self._find_region)

    def _find_region(self) -> str:
        found = self.region_name or self.botocore.get_config_variable("region")
        if found:
            _require_region(self.botocore, str(found))
            return str(found)
        if self.loopback:
            return LOCAL_REGION
        raise WrongInput(
            "aws.region",
            "no region is set",
            next="give --region, or set AWS_REGION, or `region` in the AWS profile",
        )

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, `aws-us-gov`, …"""
        return self.identity["Arn"].split(":")[1]

    @property
    def account(self) -> str:
        """The account's twelve digits."""
        return self.identity["Account"]

    @property
    def url_suffix(self) -> str:
        """The domain of the partition's endpoints."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    @property
    def identity(self) -> Mapping[str, str]:
        """What STS says about the caller. Raises Failed when there are no usable credentials."""
        return self._once("identity", self._ask_identity)

    def _ask_identity(self) -> Mapping[str, str]:
        from fairway.aws.calls import Caller

        if self.local:
            return _LOCAL_IDENTITY
        if self.known_identity:
            return self.known_identity
        return Caller(self).call("sts", "GetCallerIdentity", {})

    def client(self, service: str) -> Any:
        """The service's client, made once: making one costs far more than a call."""
        return self._once(f"client {service}", lambda: self._make_client(service))

    def model(self, service: str) -> Any:
        """The service's API model (botocore `ServiceModel`); needs neither credentials nor a region."""
        return self._once(f"model {service}", lambda: self.botocore.get_service_model(service))

    def _make_client(self, service: str) -> Any:
        """One attempt per call: `calls` decides about retries, for botocore cannot tell what is safe."""
        from botocore.config import Config

        region = self.region
        self._require_credentials()
        config = Config(
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=self.connections,
            connect_timeout=5,
            read_timeout=self.patience,
            tcp_keepalive=True,
            s3={"addressing_style": "path"} if self.loopback else None,
            proxies={} if self.loopback else None,  # a proxy's localhost is another machine
            inject_host_prefix=not self.loopback,  # there is no sync-localhost
            user_agent_extra="fairway",
        )
        return self.botocore.create_client(
            service, region_name=region, endpoint_url=self.endpoint or None, config=config
        )

    def _require_credentials(self) -> None:
        import botocore.exceptions

        try:
            found = self.botocore.get_credentials()
        except botocore.exceptions.BotoCoreError as error:
            raise _no_credentials(str(error)) from None
        if found is None:
            raise _no_credentials("no credentials were found")


class Sessions:
    """The sessions of one run: its stages and stacks make their own, which share what is costly to make."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, str, bool, float], Session] = {}

    def joined(self, session: Session) -> Session:
        """The session with the clients, their connections and STS's answer of those that go the same way.

        Its calls are still counted apart.
        """
        way = (session.region_name, session.profile, session.endpoint, session.local, session.patience)
        first = self._first.setdefault(way, session)
        return replace(session, _lock=first._lock, _made=first._made)


def _require_profile(session: Any) -> None:
    import botocore.exceptions

    try:
        session.get_scoped_config()
    except botocore.exceptions.ProfileNotFound:
        raise WrongInput(
            "aws.profile",
            f"the profile {session.profile} does not exist",
            next="name one that `aws configure list-profiles` shows, or leave --profile away",
        ) from None


def _require_region(session: Any, name: str) -> None:
    """By the form of the names of each partition, so that a region newer than botocore is one too."""
    import botocore.exceptions

    try:
        session.get_partition_for_region(name)
    except botocore.exceptions.UnknownRegionError:
        raise WrongInput(
            "aws.region",
            f"{name} is not the name of an AWS region",
            next="give one such as eu-west-1 with --region or AWS_REGION, or as `region` in the AWS profile",
        ) from None


def _without_instance_roles(session: Any) -> None:
    """Asking an instance for its role takes a second or more where there is none to ask."""
    providers = session.get_component("credential_provider")
    for name in ("container-role", "iam-role"):
        providers.remove(name)


@cache
def _loader(data_path: str | None) -> Any:
    """What reads botocore's data. A run has a session for each of its stages and stacks, and a service's
    model takes as long to read as a call to it takes to be answered: all sessions read it once.
    """
    import botocore.loaders

    loader = botocore.loaders.create_loader(data_path)
    _look_for_one_service(loader)
    return loader


def _look_for_one_service(loader: Any) -> None:
    """Spare botocore the look into each of its 400 services' folders that it takes before it loads one.

    A service that is not there still raises botocore's DataNotFoundError.
    """
    folders = (path for path in loader.search_paths if os.path.isdir(path))
    known = sorted({name for folder in folders for name in os.listdir(folder)})
    loader.list_available_services = lambda _: known


def _no_credentials(why: str) -> Failed:
    return Failed(
        "aws.credentials",
        "AWS cannot be called without credentials",
        why=why,
        next="run `aws sso login` or set AWS_PROFILE, or deploy to the local cloud with --env local",
    )
