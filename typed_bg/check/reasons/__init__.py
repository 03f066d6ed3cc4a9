"""Why a checker does not check a call, and the fix."""
