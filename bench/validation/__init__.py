"""The model beside published results that it was not fitted to."""
