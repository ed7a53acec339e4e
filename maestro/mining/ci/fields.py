"""Fields of providers' records that are known: what is in none of these lists is counted."""

from __future__ import annotations


def _named(kept: str, known: str) -> frozenset[str]:
    """Fields that a reader keeps, and fields whose meaning is known and that are not kept."""
    return frozenset(kept.split()) | frozenset(known.split())


GITHUB_RUN = _named(
    """
    id name path head_branch head_sha event status conclusion run_attempt created_at
    updated_at run_started_at repository url html_url
    """,
    """
    node_id display_title run_number workflow_id workflow_url check_suite_id
    check_suite_node_id pull_requests actor triggering_actor jobs_url logs_url
    check_suite_url artifacts_url cancel_url rerun_url previous_attempt_url head_commit
    head_repository head_repository_id referenced_workflows repository_id workflow
    workflow_name
    """,
)
GITHUB_JOB = _named(
    """
    id run_id run_attempt name labels status conclusion created_at started_at completed_at
    run_url url html_url environment
    """,
    """
    node_id head_sha head_branch workflow_name steps check_run_url runner_id runner_name
    runner_group_id runner_group_name
    """,
)
GITHUB_DEPLOYMENT = _named(
    """
    id sha ref task environment production_environment created_at updated_at url
    statuses_url repository_url
    """,
    """
    node_id payload original_environment description creator transient_environment
    performed_via_github_app state latest_status
    """,
)
GITHUB_STATUS = _named(
    """
    id state environment created_at updated_at deployment_url target_url log_url url
    """,
    """
    node_id creator description environment_url repository_url performed_via_github_app
    """,
)
GITLAB_PIPELINE = _named(
    """
    id project_id name ref sha source status created_at started_at finished_at updated_at
    duration web_url
    """,
    """
    iid before_sha tag yaml_errors user committed_at queued_duration coverage
    detailed_status archived child_pipeline triggered_by stages variables url protected_ref
    """,
)
GITLAB_JOB = _named(
    """
    id name status created_at started_at finished_at duration pipeline tag_list
    environment web_url
    """,
    """
    stage ref tag coverage allow_failure erased_at queued_duration user commit project
    failure_reason artifacts artifacts_file runner runner_manager artifacts_expire_at
    archived source when manual
    """,
)
GITLAB_DEPLOYMENT = _named(
    """
    id ref sha status created_at updated_at environment deployable
    """,
    """
    iid user pending_approval_count approvals approval_summary
    """,
)
GITHUB_PULL = _named(
    """
    number title user state draft head base created_at updated_at closed_at merged_at
    merge_commit_sha url html_url
    """,
    """
    id node_id diff_url patch_url issue_url commits_url review_comments_url review_comment_url
    comments_url statuses_url locked active_lock_reason body labels assignee assignees
    requested_reviewers requested_teams milestone author_association auto_merge merged mergeable
    rebaseable mergeable_state merged_by comments review_comments maintainer_can_modify commits
    additions deletions changed_files _links
    """,
)
GITHUB_HOOK = _named(
    """
    action repository workflow workflow_run workflow_job deployment deployment_status
    pull_request issue
    """,
    """
    sender organization installation enterprise check_run number before after changes label
    assignee milestone requested_reviewer requested_team review comment reason
    """,
)
"""What stands around the record in the payload of a webhook."""
_GITLAB_THREAD = _named(
    "iid title state created_at updated_at closed_at web_url project_id labels",
    """
    id description author author_id assignee assignees assignee_id assignee_ids upvotes downvotes
    closed_by user_notes_count discussion_locked confidential milestone milestone_id time_stats
    time_estimate total_time_spent time_change human_time_estimate human_total_time_spent
    human_time_change task_completion_status imported imported_from subscribed references url
    action last_edited_at last_edited_by_id updated_by_id state_id
    """,
)
"""Fields of merge requests and issues, in the API and in webhooks."""
GITLAB_MERGE = _GITLAB_THREAD | _named(
    """
    source_branch target_branch sha merged_at merge_commit_sha squash_commit_sha draft
    work_in_progress last_commit
    """,
    """
    merged_by merge_user merge_user_id reviewers reviewer_ids source_project_id target_project_id
    source target merge_when_pipeline_succeeds merge_status detailed_merge_status merge_params
    merge_error merge_after prepared_at should_remove_source_branch force_remove_source_branch
    allow_collaboration allow_maintainer_to_push reference squash squash_on_merge has_conflicts
    blocking_discussions_resolved approvals_before_merge first_contribution changes_count
    latest_build_started_at latest_build_finished_at first_deployed_to_production_at pipeline
    head_pipeline head_pipeline_id diff_refs rebase_in_progress diverged_commits_count user oldrev
    """,
)
ISSUE = _GITLAB_THREAD | _named(
    "number repository_url html_url url",
    """
    node_id labels_url comments_url events_url user locked comments author_association
    active_lock_reason body reactions timeline_url performed_via_github_app state_reason
    pull_request draft type sub_issues_summary issue_dependencies_summary issue_type
    merge_requests_count due_date weight blocking_issues_count has_tasks task_status _links
    severity moved_to_id duplicated_to_id service_desk_reply_to epic epic_iid iteration
    health_status relative_position
    """,
)
GITLAB_HOOK = _named(
    "object_kind object_attributes project builds labels repository",
    """
    event_type event_name user commit merge_request source_pipeline changes assignees reviewers
    assignee assignee_id
    """,
)
"""What stands around the record in the payload of a webhook."""
GITLAB_JOB_HOOK = GITLAB_HOOK | _named(
    "runner environment pipeline_id project_id",
    """
    ref tag before_sha sha retries_count build_stage build_allow_failure build_failure_reason
    build_queued_duration build_created_at_iso build_started_at_iso build_finished_at_iso
    project_name
    """,
)
GITLAB_DEPLOYMENT_HOOK = GITLAB_HOOK | _named(
    """
    status status_changed_at deployment_id deployable_id environment environment_tier
    commit_url ref
    """,
    """
    deployable_url environment_slug environment_external_url short_sha user_url commit_title
    """,
)
JENKINS_BUILD = _named(
    """
    number id url fullDisplayName displayName timestamp duration result building
    inProgress actions stages
    """,
    """
    _class estimatedDuration executor keepLog queueId description artifacts builtOn
    changeSet changeSets culprits nextBuild previousBuild runs mavenArtifacts
    mavenVersionUsed fingerprint parent
    """,
)
JENKINS_STAGE = _named(
    """
    id name status startTimeMillis durationMillis _links
    """,
    """
    execNode pauseDurationMillis error stageFlowNodes parameterDescription
    queueDurationMillis
    """,
)
JENKINS_FILE = _named(
    """
    timestamp startTime result duration actions
    """,
    """
    queueId number id charset keepLog builtOn workspace hudsonVersion scm culprits culpritIds
    execution completed checkouts description displayName estimatedDuration artifacts changeSet
    project parent
    """,
)
"""What stands right below the root of a ``build.xml``."""
