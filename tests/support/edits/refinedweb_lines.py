import re

THINGS = "likes shares comments retweets reposts quotes bookmarks upvotes downvotes downloads views followers"
COUNTER = re.compile(rf"\W*\d[,.\d]*[kmb]?\s+({'|'.join(THINGS.split())})\W*")
CALLS = [r"\s?items in cart", r"\s?read more...$", r"^sign-in\s?"]

MARKS = [
    "\n",
    "\n\n",
    "LOUD",
    "MOST of It",
    "123",
    "²",
    "3 likes",
    "3.5K Followers!",
    "(12 views)",
    "1,0 \u212a likes",
    "7\u212a li\u212aes",
    "_3 likes",
    "٣ bookmarks",
    "3 items in cart",
    "İtemſ ın cart",
    "items in cartitems in cart",
    "Read more...",
    "read more 12",
    "read more read more...",
    "Sign-in",
    "sign-in\n",
    "sıgn-ın here",
    "a b c d e f g h i j k",
    "two words",
    " ",
    "\u2028",
]


def edit(text):
    def left(keep):
        return "\n".join(line for line in text.split("\n") if not line or keep(line))

    text = left(lambda line: sum(map(str.isupper, line)) / len(line) <= 0.5).strip()
    text = left(lambda line: sum(map(str.isdigit, line)) / len(line) <= 0.999999).strip()
    text = left(lambda line: not COUNTER.fullmatch(line.lower())).strip()
    text = left(lambda line: len(line.split()) >= 2)
    for call in CALLS:
        lines = []
        for line in text.split("\n"):
            fewer = re.sub(call, "", line, flags=re.IGNORECASE) if len(line.split()) <= 10 else line
            if not line or fewer.strip():
                lines.append(fewer)
        text = "\n".join(lines).strip()
    return text
