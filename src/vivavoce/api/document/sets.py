"""The fixed sets of texts that answers draw from, where no list of ours holds them."""

RECORDINGS = ("audio_first_5_answers", "audio_all", "video_all", "video_first_5_answers")
SESSION_RECORDINGS = ("audio_all", "video_all")
STAGES = (
    "Interest", "Application submitted", "Interview 1st planned", "Interview 1st completed", "Interview 2nd planned",
    "Interview 2nd completed", "Interview 3rd planned", "Interview 3rd completed", "Offer negotiations", "Hired",
    "Rejected", "Offer declined", "Other",
)  # fmt: skip
VIEWS = (
    "candidate asking recruiter", "multiple choice", "with listening conditional", "with listening expert",
    "with listening", "without scoring",
)  # fmt: skip
RESULT_VIEWS = ("none", "minimal", "minimal_with_score", "advanced", "full", "full_expand_scores")
CREDITS = (
    "resume_check", "interview_coach_starter", "interview_coach_contributor", "interview_coach_manager", "cover_letter",
)  # fmt: skip
SESSIONS = ("started", "completed", "abandoned", "failed")
COACH_PLANS = ("demo", "screening", "2nd", "3rd", "closing", "job-specific", "other")
