//! Exact reachability over AWS and Azure networks
