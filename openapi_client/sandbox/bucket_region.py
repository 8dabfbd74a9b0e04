"""Adds the bucket's region to the store's answers, as S3 tells it to whoever asks for the bucket with HEAD.

Clients find a bucket's region this way, even without the right to see the bucket. SeaweedFS does not tell it.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
"""

from typing import Final

REGION_HEADER: Final = "x-amz-bucket-region"


class RegionHeader:
    """Follows the answers on one connection.

    An answer is taken to begin when its request has passed: no S3 client asks for a bucket before it has read the
    answer to its last request.
    """

    def __init__(self, region: str) -> None:
        self._line = f"{REGION_HEADER}: {region}\r\n".encode()
        self._held: bytes | None = None

    def expect(self) -> None:
        """The next answer is to have the header."""
        self._held = b""

    def feed(self, block: bytes) -> bytes:
        """Take the next bytes from the store, and give those that are for the client."""
        if self._held is None:
            return block
        status_line, end, rest = (self._held + block).partition(b"\r\n")
        if not end:
            self._held = status_line
            return b""
        self._held = None
        return status_line + end + self._line + rest
