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
