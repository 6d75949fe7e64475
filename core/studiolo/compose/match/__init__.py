"""How well what was made fits brief and card, from likenesses that whoever has the models measures."""
