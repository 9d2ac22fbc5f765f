"""The miniature world's words, and the texts that a model is asked with.

Everything that stands on a page is written in capitals, digits and signs; everything that is asked
is written in lower-case words. The tokenizer (tokenizer.py) gives a page one token a character and
a question about one token a word, so that a question is short.
"""

AMOUNT = "TOTAL TAX SUBTOTAL PRICE FEE BALANCE CASH CHANGE TIP DISCOUNT".split()
DAY = "DATE DUE ISSUED SHIPPED PRINTED".split()
CODE = "INVOICE ORDER ACCOUNT SERIAL CODE PERMIT TICKET".split()
NAME = "CLERK NAME CITY CLIENT SELLER BUYER DOCTOR STREET AUTHOR".split()
COUNT = "PAGES ITEMS WEIGHT AGE UNITS ROOM TABLE GATE FLOOR".split()
SHARE = "RATE SHARE MARGIN GROWTH".split()
HOUR = "TIME OPENS CLOSES".split()
KEYS = AMOUNT + DAY + CODE + NAME + COUNT + SHARE + HOUR
COLOURS = "red blue green yellow purple black".split()
SHAPES = "circle square triangle cross".split()
PAGE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-/:%$#"

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. The assistant gives "
    "helpful, detailed, and polite answers to the user's questions. USER: ")
SHORT = "\nAnswer the question using a single word or phrase."
SINGLE = "\nAnswer the question with a single word."
LETTER = "\n\nAnswer with the option's letter from the given choices directly."
READ = "Recognize text in the image."
GROUNDING = (
    "Bounding box coordinates are specified in the format (top-left x, top-left y, bottom-right x, "
    "bottom-right y). All values are floating point numbers bounded between 0 and 1. Please provide "
    "the bounding box coordinate of the region this sentence describes: ")

# What the vocabulary is made of. The second list came later: its pieces stand behind the first
# one's, so that weights that were trained before it keep their rows.
FIRST_SENTENCES = [
    "What is the total?", SHORT, SINGLE, LETTER, "What is the value of",
    "Which bar is the highest?", "Which bar is the lowest?", "Which bar has the value",
    "What is written on the red sign?", "What color is the sign that says",
    "What is written in the image?", "Is there a red circle in the image?",
    "What color is the circle? There are several options:", "Recognize text in the image.",
    "what is written in the image?", "Yes No", "orange gray",
]
LATER_SENTENCES = [
    GROUNDING, "top left bottom right", "Is there a circle in this image?", "What shape is red?",
    "Is the circle red?", "the number",
]
