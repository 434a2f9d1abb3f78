"""Which network addresses may be reached."""

import ipaddress

import pytest

from app.core.addresses import is_public, read_rule

FORBIDDEN = [
    pytest.param("0.0.0.0", id="this network"),
    pytest.param("0.1.2.3", id="the rest of this network"),
    pytest.param("10.0.0.1", id="private 10"),
    pytest.param("10.255.255.255", id="the end of private 10"),
    pytest.param("100.64.0.1", id="carriers' shared net"),
    pytest.param("100.127.255.255", id="the end of carriers' shared net"),
    pytest.param("127.0.0.1", id="this machine"),
    pytest.param("127.255.255.254", id="the end of this machine"),
    pytest.param("169.254.169.254", id="the clouds' metadata"),
    pytest.param("172.16.0.1", id="private 172"),
    pytest.param("172.31.255.255", id="the end of private 172"),
    pytest.param("192.0.0.8", id="the dummy address"),
    pytest.param("192.0.0.170", id="NAT64 discovery"),
    pytest.param("192.0.2.1", id="documentation one"),
    pytest.param("192.31.196.1", id="AS112"),
    pytest.param("192.52.193.1", id="multicast tunnels"),
    pytest.param("192.88.99.1", id="6to4 relays"),
    pytest.param("192.168.1.1", id="private 192"),
    pytest.param("192.175.48.1", id="direct delegation of AS112"),
    pytest.param("198.18.0.1", id="benchmarks"),
    pytest.param("198.19.255.255", id="the end of benchmarks"),
    pytest.param("198.51.100.1", id="documentation two"),
    pytest.param("203.0.113.1", id="documentation three"),
    pytest.param("224.0.0.1", id="multicast"),
    pytest.param("233.252.0.1", id="multicast documentation"),
    pytest.param("239.255.255.255", id="the end of multicast"),
    pytest.param("240.0.0.1", id="reserved"),
    pytest.param("255.255.255.255", id="broadcast"),
    pytest.param("::", id="unspecified in IPv6"),
    pytest.param("::1", id="this machine in IPv6"),
    pytest.param("::127.0.0.1", id="compatible form"),
    pytest.param("::8.8.8.8", id="compatible form of a public address"),
    pytest.param("::ffff:127.0.0.1", id="mapped form"),
    pytest.param("::ffff:8.8.8.8", id="mapped form of a public address"),
    pytest.param("::ffff:0:127.0.0.1", id="translated form"),
    pytest.param("64:ff9b::7f00:1", id="NAT64 of this machine"),
    pytest.param("64:ff9b::808:808", id="NAT64 of a public address"),
    pytest.param("64:ff9b:1::1", id="local NAT64"),
    pytest.param("100::1", id="discard"),
    pytest.param("1fff:ffff::1", id="just below global unicast"),
    pytest.param("2001::1", id="Teredo"),
    pytest.param("2001:2::1", id="benchmarks in IPv6"),
    pytest.param("2001:10::1", id="the first ORCHID"),
    pytest.param("2001:20::1", id="the second ORCHID"),
    pytest.param("2001:1ff:ffff::1", id="the end of protocol assignments"),
    pytest.param("2001:db8::1", id="documentation in IPv6"),
    pytest.param("2002:7f00:1::", id="6to4 of this machine"),
    pytest.param("2002:808:808::1", id="6to4 of a public address"),
    pytest.param("2620:4f:8000::1", id="AS112 in IPv6"),
    pytest.param("3ffe::1", id="the 6bone"),
    pytest.param("3fff::1", id="the second documentation net"),
    pytest.param("3fff:fff:ffff::1", id="the end of the second documentation net"),
    pytest.param("4000::1", id="just above global unicast"),
    pytest.param("5f00::1", id="segment routing"),
    pytest.param("fc00::1", id="unique local"),
    pytest.param("fd12:3456::1", id="unique local, made at random"),
    pytest.param("fe80::1", id="link-local"),
    pytest.param("fec0::1", id="site-local"),
    pytest.param("ff02::1", id="multicast in IPv6"),
    pytest.param("2a00:1450:4001::1%eth0", id="a public address with a scope"),
]

PUBLIC = [
    pytest.param("1.1.1.1", id="low"),
    pytest.param("8.8.8.8", id="a resolver"),
    pytest.param("9.255.255.255", id="just below private 10"),
    pytest.param("11.0.0.0", id="just above private 10"),
    pytest.param("100.63.255.255", id="just below the carriers' net"),
    pytest.param("100.128.0.0", id="just above the carriers' net"),
    pytest.param("126.255.255.255", id="just below this machine"),
    pytest.param("128.0.0.0", id="just above this machine"),
    pytest.param("172.15.255.255", id="just below private 172"),
    pytest.param("172.32.0.0", id="just above private 172"),
    pytest.param("192.0.1.0", id="between assignments and documentation"),
    pytest.param("198.17.255.255", id="just below benchmarks"),
    pytest.param("198.20.0.0", id="just above benchmarks"),
    pytest.param("223.255.255.255", id="just below multicast"),
    pytest.param("2001:200::1", id="just above protocol assignments"),
    pytest.param("2001:4860:4860::8888", id="a resolver in IPv6"),
    pytest.param("2a00:1450:4001::1", id="Europe"),
    pytest.param("2606:4700::1", id="America"),
    pytest.param("3ffd::1", id="just below the 6bone"),
]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_refuses(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    assert not read_rule([]).permits(ipaddress.ip_address(address), 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_permits(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert read_rule([]).permits(ipaddress.ip_address(address), 443)


@pytest.mark.parametrize("port", [22, 25, 80, 5432, 6379, 8443])
def test_a_public_address_is_reached_at_the_https_port_only(port: int) -> None:
    address = ipaddress.ip_address("8.8.8.8")
    assert not read_rule([]).permits(address, port)
    assert not read_rule(["127.0.0.0/8"]).permits(address, port)


RULES = [
    # rule, address, port, permitted
    pytest.param("127.0.0.0/8", "127.0.0.1", 9, True, id="any port of a net"),
    pytest.param("127.0.0.0/8", "::1", 9, False, id="the other family"),
    pytest.param("127.0.0.0/8", "::ffff:127.0.0.1", 9, False, id="a mapped form of the net"),
    pytest.param("127.0.0.2/32:81", "127.0.0.2", 81, True, id="one port of one address"),
    pytest.param("127.0.0.2/32:81", "127.0.0.2", 82, False, id="another port"),
    pytest.param("127.0.0.2/32:81", "127.0.0.1", 81, False, id="another address"),
    pytest.param("127.0.0.2:81", "127.0.0.2", 81, True, id="an address without a length"),
    pytest.param("::1/128", "::1", 9, True, id="an IPv6 net"),
    pytest.param("[::1/128]:81", "::1", 81, True, id="one port of an IPv6 net"),
    pytest.param("[::1/128]:81", "::1", 82, False, id="another port of an IPv6 net"),
    pytest.param("[::1]", "::1", 82, True, id="brackets without a port"),
]


@pytest.mark.parametrize(("rule", "address", "port", "permitted"), RULES)
def test_a_check_opens(rule: str, address: str, port: int, permitted: bool) -> None:
    assert read_rule([rule]).permits(ipaddress.ip_address(address), port) is permitted


@pytest.mark.parametrize(
    "rule", ["127.0.0.1/8", "localhost", "127.0.0.0/8:0", "127.0.0.0/8:70000", "::1/128:x", ""]
)
def test_a_rule_that_makes_no_sense_is_refused(rule: str) -> None:
    with pytest.raises(ValueError):
        read_rule([rule])


def test_only_a_check_opens_the_rule() -> None:
    assert not read_rule([]).is_opened
    assert read_rule(["127.0.0.0/8"]).is_opened
