"""Following up (回访): call-backs after 1, 3, 6 months in a job, and how the seats of a closed posting were filled."""
