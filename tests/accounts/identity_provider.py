"""An identity provider by SAML: keys of its own, metadata, and answers good and forged."""

import base64
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

ENTITY = "https://id.example.com/saml"
OURS = "http://surety.example.com/accounts/saml/sso"
MFA = "http://schemas.microsoft.com/claims/authnmethodsreferences"
_EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"


@dataclass(frozen=True)
class IdentityProvider:
    """Its private key and certificate, in PEM."""

    key: str
    certificate: str

    @classmethod
    def new(cls) -> "IdentityProvider":
        """One with keys that nobody else has."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "id.example.com")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .sign(key, hashes.SHA256())
        )
        return cls(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ).decode(),
            certificate.public_bytes(serialization.Encoding.PEM).decode(),
        )

    def metadata(self) -> str:
        """What an administrator saves as a file."""
        body = "".join(self.certificate.splitlines()[1:-1])
        return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
  xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ENTITY}">
  <md:IDPSSODescriptor protocolSupportEnumeration="{_PROTOCOL}">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{body}
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
      Location="https://id.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"""

    def assertion(
        self,
        asked: str | None,
        *,
        email: str = "ana@example.com",
        uid: str = "id-of-ana",
        audience: str = f"{OURS}/metadata/",
        age: timedelta = timedelta(0),
        mfa: str = "",
        sign: bool = True,
    ) -> str:
        """What it says of somebody, in answer to the request with this id."""
        now = datetime.now(UTC) - age
        before, until = (f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (now, now + timedelta(minutes=5)))
        reply = f' InResponseTo="{asked}"' if asked else ""
        extra = (
            f'<saml:Attribute Name="{MFA}"><saml:AttributeValue>{mfa}</saml:AttributeValue>'
            "</saml:Attribute>"
            if mfa
            else ""
        )
        text = (
            f'<saml:Assertion xmlns:saml="{_SAML}" ID="_{uuid4().hex}" Version="2.0"'
            f' IssueInstant="{before}"><saml:Issuer>{ENTITY}</saml:Issuer>'
            '<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:'
            f'persistent">{uid}</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{OURS}/acs/"{reply}/>'
            "</saml:SubjectConfirmation></saml:Subject>"
            f'<saml:Conditions NotBefore="{before}" NotOnOrAfter="{until}">'
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>"
            "</saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{before}" SessionIndex="_{uuid4().hex}">'
            "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:"
            "PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext>"
            "</saml:AuthnStatement><saml:AttributeStatement>"
            f'<saml:Attribute Name="{_EMAIL}"><saml:AttributeValue>{email}</saml:AttributeValue>'
            f"</saml:Attribute>{extra}</saml:AttributeStatement></saml:Assertion>"
        )
        if not sign:
            return text
        signed = OneLogin_Saml2_Utils.add_sign(text, self.key, self.certificate)
        return signed.decode() if isinstance(signed, bytes) else str(signed)

    def answer(self, asked: str | None, *assertions: str, age: timedelta = timedelta(0)) -> str:
        """The whole answer, as a browser posts it to us."""
        now = f"{datetime.now(UTC) - age:%Y-%m-%dT%H:%M:%SZ}"
        reply = f' InResponseTo="{asked}"' if asked else ""
        text = (
            f'<samlp:Response xmlns:samlp="{_PROTOCOL}" xmlns:saml="{_SAML}" ID="_{uuid4().hex}"'
            f' Version="2.0" IssueInstant="{now}" Destination="{OURS}/acs/"{reply}>'
            f"<saml:Issuer>{ENTITY}</saml:Issuer><samlp:Status><samlp:StatusCode"
            ' Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{''.join(assertions)}</samlp:Response>"
        )
        etree.fromstring(text)
        return base64.b64encode(text.encode()).decode()


def id_in(address: str) -> str:
    """The id of the request with which a browser was sent to the provider."""
    packed = base64.b64decode(parse_qs(urlsplit(address).query)["SAMLRequest"][0])
    return str(etree.fromstring(zlib.decompress(packed, -15)).get("ID"))
