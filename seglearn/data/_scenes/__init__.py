"""How ``seglearn.data.scenes`` makes a street: the parts behind its public names.

``config`` holds the knobs, ``view`` the camera and the light, ``canvas`` the painter, ``stuff`` and
``things`` draw one object each, ``street`` decides what stands where, and ``photograph`` turns the
painted surfaces into an image and its truth.
"""
