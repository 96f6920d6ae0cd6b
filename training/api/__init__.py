"""The API of study visits, trainings and meetings, a module for each part of the work."""
